from tests.cogs.stage import stage
from tests.stage import production

__all__ = ["production", "stage"]
