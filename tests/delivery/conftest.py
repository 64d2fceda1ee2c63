from tests.stage import production  # noqa: F401 - a fixture
