"""What the bot process may cost, measured by the benchmark that says it precisely."""

from __future__ import annotations

from pathlib import Path

from benchmarks import bot_budget

# Another test runs beside this one: starts then took up to 2.1 times the imports, where alone it is far less.
NOISE = 2.0


async def test_the_bot_starts_quickly_and_stays_small(prepared_starter: Path, tmp_path: Path) -> None:
    budget = await bot_budget.measure(tmp_path / "data", prepared_starter, starts=3)
    print(budget)
    assert budget.ratio < bot_budget.START_RATIO * NOISE
    assert budget.idle_mb < bot_budget.IDLE_MB
    assert budget.busy_mb < bot_budget.BUSY_MB
