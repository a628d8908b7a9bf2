"""Questions that a text answers: by whom it was asked, and in reply to the message that asks."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import outbox, questions
from storage.outbox import Send, SentMessage
from storage.questions import Question
from tests.storage.rows import CHAT, NOW

ANN, BEN = 1, 2
QUESTION = Question(CHAT, ANN, "new_name", {"person": 7})


async def asked(session: AsyncSession, question: Question = QUESTION, message_id: int = 50) -> None:
    prompt = await outbox.put(session, Send(CHAT, "sendMessage", {}), NOW)
    await outbox.sent(session, prompt, [SentMessage(message_id)], NOW)
    await questions.ask(session, question, prompt, NOW, lasts_s=60)


async def test_a_reply_to_the_message_that_asks_answers_it(session: AsyncSession) -> None:
    await asked(session)
    found = await questions.waiting(session, CHAT, ANN, 50, NOW)
    assert found is not None
    assert found.question == QUESTION


async def test_a_reply_to_another_message_or_by_somebody_else_does_not(session: AsyncSession) -> None:
    await asked(session)
    assert await questions.waiting(session, CHAT, ANN, 51, NOW) is None
    assert await questions.waiting(session, CHAT, BEN, 50, NOW) is None
    assert await questions.waiting(session, -200, ANN, 50, NOW) is None


async def test_a_question_has_its_time(session: AsyncSession) -> None:
    await asked(session)
    assert await questions.waiting(session, CHAT, ANN, None, NOW + 59) is not None
    assert await questions.waiting(session, CHAT, ANN, None, NOW + 60) is None


async def test_each_of_two_questions_is_answered_by_a_reply_to_its_own_message(session: AsyncSession) -> None:
    other = Question(CHAT, ANN, "stranger", {})
    await asked(session)
    await asked(session, other, message_id=60)
    for message_id, question in ((50, QUESTION), (60, other), (None, other)):
        found = await questions.waiting(session, CHAT, ANN, message_id, NOW)
        assert found is not None
        assert found.question == question


async def test_the_same_question_again_takes_the_place_of_the_one_before(session: AsyncSession) -> None:
    await asked(session)
    await asked(session, message_id=60)
    assert await questions.waiting(session, CHAT, ANN, 50, NOW) is None
    assert await questions.waiting(session, CHAT, ANN, 60, NOW) is not None
