"""What keeps the hub from starting, as one sentence with its remedy."""


class HubError(Exception):
    """The hub cannot be started here as asked."""
