from tests.app.fixtures import ann, dev, live, shared

__all__ = ["ann", "dev", "live", "shared"]
