pytest_plugins = ["tests.support.servers", "tests.support.snapshots", "tests.support.tiers"]
