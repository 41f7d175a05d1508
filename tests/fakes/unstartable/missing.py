"""An adapter whose library is not installed."""

import no_such_library  # noqa: F401


class Missing:
    pass
