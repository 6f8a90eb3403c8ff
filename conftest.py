from hypothesis import settings

pytest_plugins = ["tests.support.servers", "tests.support.snapshots", "tests.support.tiers"]

# For the loop at the desk (`make quick`); what sets its own number of examples keeps it.
settings.register_profile("quick", max_examples=20)
