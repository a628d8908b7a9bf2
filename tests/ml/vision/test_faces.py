"""Finding faces: where they are, their order, their quality, and the crops that are kept of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image, ImageFilter

from ml.config import WorkerConfig
from ml.protocol import Box
from ml.vision.crops import cut_crop
from ml.vision.faces import DetectedFace, FaceDetector, in_reading_order, open_detector
from ml.vision.quality import assess, pitch, roll_degrees, yaw

LANDMARKS = ((30.0, 40.0), (70.0, 40.0), (50.0, 60.0), (35.0, 80.0), (65.0, 80.0))


def example(name: str) -> Image.Image:
    """A photograph that scikit-image ships."""
    return Image.open(Path(skimage.__file__).parent / "data" / f"{name}.png").convert("RGB")


def astronaut() -> Image.Image:
    return example("astronaut")


def face_at(left: float, top: float, size: float = 100.0) -> DetectedFace:
    return DetectedFace(Box(left, top, left + size, top + size), LANDMARKS, confidence=0.99)


def order(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    faces = in_reading_order([face_at(left, top) for left, top in corners])
    return [(face.box.left, face.box.top) for face in faces]


@pytest.fixture
def detector(starter_config: WorkerConfig) -> FaceDetector:
    return open_detector(starter_config)


def test_people_in_one_row_are_read_from_left_to_right_whatever_their_height() -> None:
    assert order((400, 0), (10, 60), (200, 20)) == [(10, 60), (200, 20), (400, 0)]


def test_clear_rows_are_read_from_the_top() -> None:
    assert order((300, 200), (0, 0), (0, 210), (290, 10)) == [(0, 0), (290, 10), (0, 210), (300, 200)]


def test_one_person_above_a_row_is_no_row_of_their_own() -> None:
    assert order((300, 400), (150, 0), (0, 400)) == [(0, 400), (150, 0), (300, 400)]


def test_a_nose_between_the_eyes_is_frontal_and_one_at_an_eye_is_turned() -> None:
    assert yaw(LANDMARKS) == pytest.approx(0)
    assert yaw(((30, 40), (70, 40), (70, 60), (35, 80), (65, 80))) == pytest.approx(1)


@pytest.mark.weights
def test_the_one_face_in_a_photo_is_found_with_its_landmarks(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    assert face.confidence > 0.99
    assert face.box.left < 224 < face.box.right and face.box.top < 115 < face.box.bottom
    left_eye, right_eye, nose, left_mouth, _ = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < left_mouth[1]


@pytest.mark.weights
def test_photos_without_faces_have_none(detector: FaceDetector) -> None:
    assert detector.detect([example("coffee"), Image.new("RGB", (12, 12))]) == [[], []]


@pytest.mark.weights
def test_a_large_photo_is_looked_at_reduced_and_answered_in_its_own_pixels(detector: FaceDetector) -> None:
    small = astronaut()
    [[near], [far]] = detector.detect([small, small.resize((4096, 4096))])
    assert far.box.left / 8 == pytest.approx(near.box.left, abs=6)
    assert far.box.bottom / 8 == pytest.approx(near.box.bottom, abs=6)


@pytest.mark.weights
def test_a_good_face_has_no_problems(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    quality = assess(astronaut(), face)
    assert quality.problems == ()
    assert quality.score > 0.5


@pytest.mark.weights
def test_a_blurred_face_is_said_to_be_blurred(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    assert assess(astronaut().filter(ImageFilter.GaussianBlur(4)), face).problems[0] == "blurred"


@pytest.mark.weights
def test_a_face_at_the_edge_is_said_to_be_cut_off(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    edge = round((face.box.left + face.box.right) / 2)
    assert assess(astronaut().crop((0, 0, edge, 512)), face).problems[0] == "cut_off"


@pytest.mark.weights
def test_a_small_face_is_said_to_be_too_small(detector: FaceDetector) -> None:
    photo = astronaut().resize((128, 128))
    [[face]] = detector.detect([photo])
    assert "too_small" in assess(photo, face).problems


@pytest.mark.weights
def test_a_photo_taken_while_moving_is_said_to_be_blurred(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    moved = np.mean([np.roll(np.asarray(astronaut()), step, axis=1) for step in range(20)], axis=0)
    assert assess(Image.fromarray(moved.astype(np.uint8)), face).problems[0] == "blurred"


@pytest.mark.weights
@pytest.mark.parametrize("landmark", [0, 1, 3])
def test_a_covered_eye_or_mouth_is_said_to_be_covered(detector: FaceDetector, landmark: int) -> None:
    photo = astronaut()
    [[face]] = detector.detect([photo])
    (x, y), reach = face.landmarks[landmark], 0.25 * face.box.width
    photo.paste((150, 120, 100), (int(x - reach), int(y - reach), int(x + 2 * reach), int(y + reach)))
    quality = assess(photo, face)
    assert quality.problems[0] == "occluded"
    assert quality.occlusion > 1 >= assess(astronaut(), face).occlusion


@pytest.mark.weights
def test_a_head_on_its_side_is_said_to_be_turned_away(detector: FaceDetector) -> None:
    photo = astronaut().rotate(30, Image.Resampling.BICUBIC)
    [face, *_] = detector.detect([photo])[0]
    assert "turned_away" in assess(photo, face).problems


@pytest.mark.weights
def test_brightness_follows_the_light(detector: FaceDetector) -> None:
    [[face]] = detector.detect([astronaut()])
    dark = astronaut().point(lambda level: level // 2)
    assert assess(dark, face).brightness == pytest.approx(assess(astronaut(), face).brightness / 2, abs=2)


def test_a_nose_near_the_mouth_is_bent_down_and_one_near_the_eyes_up() -> None:
    assert pitch(((30, 40), (70, 40), (50, 75), (35, 80), (65, 80))) > 0.5
    assert pitch(((30, 40), (70, 40), (50, 45), (35, 80), (65, 80))) < -0.5


def test_a_head_is_tilted_as_its_eyes_are() -> None:
    assert roll_degrees(LANDMARKS) == pytest.approx(0)
    assert roll_degrees(((30, 40), (50, 60), *LANDMARKS[2:])) == pytest.approx(45)


@pytest.mark.weights
def test_a_crop_holds_the_face_with_half_its_size_around_it(detector: FaceDetector, tmp_path: Path) -> None:
    photo = astronaut()
    [[face]] = detector.detect([photo])
    crop = cut_crop(photo, face, tmp_path / "crop.jpg")
    with Image.open(tmp_path / "crop.jpg") as kept:
        assert kept.size == pytest.approx((2 * face.box.width, 2 * face.box.height), abs=2)
        face_in_crop = kept.crop(
            (int(crop.box.left), int(crop.box.top), int(crop.box.right), int(crop.box.bottom))
        )
        face_in_photo = photo.crop(
            (int(face.box.left), int(face.box.top), int(face.box.right), int(face.box.bottom))
        )
    assert np.abs(np.asarray(face_in_crop, np.float32) - np.asarray(face_in_photo, np.float32)).mean() < 3
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["crop.jpg"]


@pytest.mark.weights
def test_a_crop_at_the_edge_of_the_photo_stays_inside_it(detector: FaceDetector, tmp_path: Path) -> None:
    [[face]] = detector.detect([astronaut()])
    photo = astronaut().crop((int(face.box.left), int(face.box.top), 512, 512))
    moved = DetectedFace(Box(0, 0, face.box.width, face.box.height), LANDMARKS, face.confidence)
    crop = cut_crop(photo, moved, tmp_path / "crop.jpg")
    assert (crop.box.left, crop.box.top) == (0, 0)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("six_faces", 6), ("selfie_four_faces", 4), ("couple", 2)])
def test_every_face_of_a_group_is_found(detector: FaceDetector, shared: Path, name: str, count: int) -> None:
    with Image.open(shared / "photos" / "groups" / f"{name}.jpg") as photo:
        [faces] = detector.detect([photo.convert("RGB")])
    assert len(faces) == count
