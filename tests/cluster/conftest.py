"""Clusters of real processes; what they said is shown when a test fails."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster, Clusters
from tests.support.fake_model import fake_model

__all__ = ["clusters", "fake_model"]


@pytest.fixture
def clusters(tmp_path: Path) -> Iterator[Clusters]:
    """Opens clusters; all of them end with the test."""
    made = Clusters(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the logs of a failed test's processes to its report."""
    report = yield
    if report.failed:
        for lent in getattr(item, "funcargs", {}).values():
            of = lent.made if isinstance(lent, Clusters) else [lent]
            for cluster in (each for each in of if isinstance(each, Cluster)):
                told = cluster.told().items()
                report.sections += [(f"log of {name}", said) for name, said in told]
    return report
