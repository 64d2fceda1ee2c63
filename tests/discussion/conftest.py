from tests.store.conftest import database  # noqa: F401 - a fixture
