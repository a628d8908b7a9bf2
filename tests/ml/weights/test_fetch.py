"""Downloads are resumed, verified and moved into place whole, from a real server."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from ml.weights.errors import FetchFailed, NoNetwork, WrongWeights
from ml.weights.fetch import fetch
from tests.ml.weights.publisher import CONTENT, Publisher, publishing


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_file_arrives_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    with publishing(Publisher()) as publisher:
        file = fetch(publisher.file(), tmp_path)
    assert file.read_bytes() == CONTENT
    assert names_in(tmp_path) == ["model.pth"]


def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    with publishing(Publisher(cuts=[300_000, 200_000])) as publisher:
        file = fetch(publisher.file(), tmp_path, pause_s=0)
    assert file.read_bytes() == CONTENT
    assert publisher.asked[0] == ""
    assert len(publisher.asked) == 3
    assert all(wanted.startswith("bytes=") for wanted in publisher.asked[1:])


def test_a_later_call_goes_on_from_what_an_earlier_one_left(tmp_path: Path) -> None:
    (tmp_path / "model.pth.part").write_bytes(CONTENT[:400_000])
    with publishing(Publisher()) as publisher:
        file = fetch(publisher.file(), tmp_path)
    assert publisher.asked == ["bytes=400000-"]
    assert file.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_it_all_again(tmp_path: Path) -> None:
    (tmp_path / "model.pth.part").write_bytes(b"something else" * 1000)
    with publishing(Publisher(ranges=False)) as publisher:
        file = fetch(publisher.file(), tmp_path)
    assert file.read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_only_verified(tmp_path: Path) -> None:
    (tmp_path / "model.pth.part").write_bytes(CONTENT)
    with publishing(Publisher()) as publisher:
        file = fetch(publisher.file(), tmp_path)
    assert file.read_bytes() == CONTENT


def test_a_connection_that_brings_nothing_is_given_up_with_what_came_kept(tmp_path: Path) -> None:
    with (
        publishing(Publisher(cuts=[1000, 0, 0, 0])) as publisher,
        pytest.raises(FetchFailed, match="go on from where it stopped"),
    ):
        fetch(publisher.file(), tmp_path, pause_s=0)
    assert len(publisher.asked) == 4
    assert (tmp_path / "model.pth.part").stat().st_size == 1000


def test_a_wrong_checksum_is_refused_and_thrown_away(tmp_path: Path) -> None:
    with (
        publishing(Publisher(content=b"not the weights")) as publisher,
        pytest.raises(WrongWeights, match="thrown away"),
    ):
        fetch(publisher.file(), tmp_path)
    assert names_in(tmp_path) == []


def test_the_first_digits_of_a_checksum_are_enough(tmp_path: Path) -> None:
    with publishing(Publisher()) as publisher:
        (sha256,) = publisher.file().sha256
        assert fetch(publisher.file(sha256=(), prefix=sha256[:8]), tmp_path).is_file()
        with pytest.raises(WrongWeights):
            fetch(publisher.file(sha256=(), prefix="00000000"), tmp_path)


def test_an_existing_file_stays_until_the_new_one_is_right(tmp_path: Path) -> None:
    (tmp_path / "model.pth").write_bytes(b"old")
    with publishing(Publisher(content=b"wrong")) as publisher, pytest.raises(WrongWeights):
        fetch(publisher.file(), tmp_path)
    assert (tmp_path / "model.pth").read_bytes() == b"old"


def test_a_refusal_is_one_sentence(tmp_path: Path) -> None:
    with publishing(Publisher(status=404)) as publisher, pytest.raises(FetchFailed) as caught:
        fetch(publisher.file(), tmp_path)
    assert str(caught.value) == "127.0.0.1 answered 404 for model.pth"


def test_a_host_that_cannot_be_reached_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    file = Publisher(url=f"http://127.0.0.1:{port}/model.pth").file()
    with pytest.raises(NoNetwork, match=r"127\.0\.0\.1 cannot be reached"):
        fetch(file, tmp_path)


def test_a_publisher_that_sends_us_round_in_circles_is_one_sentence(tmp_path: Path) -> None:
    with publishing(Publisher(moved_to="/model.pth")) as publisher, pytest.raises(FetchFailed) as caught:
        fetch(publisher.file(), tmp_path)
    asked = f"model.pth cannot be had from {publisher.url}"
    assert str(caught.value) == f"{asked}: Exceeded maximum allowed redirects."


@pytest.mark.parametrize("address", ["http://[::1/model.pth", "http://publisher:a/", "ftp://publisher/"])
def test_an_address_that_is_none_is_one_sentence(address: str, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"^model\.pth cannot be had from ") as caught:
        fetch(Publisher(url=address).file(), tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["nonsense://me:secret@proxy:1", "http://me:secret@proxy:port"])
def test_a_proxy_that_is_none_is_one_sentence_without_its_password(
    proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(FetchFailed, match="the proxy that the environment names") as caught:
        fetch(Publisher(url="https://publisher.invalid/model.pth").file(), tmp_path)
    assert "secret" not in str(caught.value)


def test_two_downloads_of_one_file_do_not_mix(tmp_path: Path) -> None:
    with publishing(Publisher()) as publisher, (tmp_path / "model.pth.part").open("ab") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        with pytest.raises(FetchFailed, match="another process"):
            fetch(publisher.file(), tmp_path)
    assert publisher.asked == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.pth.part").mkdir()
    with publishing(Publisher()) as publisher, pytest.raises(FetchFailed, match="could not be written"):
        fetch(publisher.file(), tmp_path)
