"""A real desk for tests of commands and buttons; what it began in the background ends with the test."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.real_desk import RealDesk, a_real_desk


@pytest.fixture
async def desk() -> AsyncIterator[RealDesk]:
    with a_real_desk() as real:
        yield real
        await real.desk.looking_back.stop()
