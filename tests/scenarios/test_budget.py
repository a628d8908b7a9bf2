"""What the bot process may cost, measured by the benchmark that says it precisely."""

from __future__ import annotations

from pathlib import Path

from benchmarks import bot_budget

# Two medians of three starts, on a machine that runs other tests meanwhile, differ by about half.
NOISE = 1.5


async def test_the_bot_starts_quickly_and_stays_small(prepared_starter: Path, tmp_path: Path) -> None:
    budget = await bot_budget.measure(tmp_path / "data", prepared_starter, starts=3)
    print(budget)
    assert budget.ratio < bot_budget.START_RATIO * NOISE
    assert budget.idle_mb < bot_budget.IDLE_MB
    assert budget.busy_mb < bot_budget.BUSY_MB
