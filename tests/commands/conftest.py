
import pytest
from commands.runs import Workers


@pytest.fixture
def workers(monkeypatch):
    """Instead of processes: see `Workers`."""
    made = Workers()
    monkeypatch.setattr("adbench.commands.run.Run", made)
    return made
