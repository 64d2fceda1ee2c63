from tests.sandbox.fixtures import judge
from tests.stage import production

__all__ = ["judge", "production"]
