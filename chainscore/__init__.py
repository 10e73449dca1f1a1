"""chainscore: scores the quarterly appraisal of industry chains from departments' workbooks.

From Python (docs/python.md): ``load_rulebook``, ``read``, ``check``, ``score``, ``compare``, ``sensitivity``,
``write_results``. They are imported when one of them is first asked for: ``import chainscore`` by itself costs nothing.
"""

TYPE_CHECKING = False  # typing's own takes as long to import as half of Python's start
if TYPE_CHECKING:
    from chainscore.api import Comparison as Comparison
    from chainscore.api import OutputError as OutputError
    from chainscore.api import ReadingError as ReadingError
    from chainscore.api import RefusedError as RefusedError
    from chainscore.api import Rulebook as Rulebook
    from chainscore.api import RulebookError as RulebookError
    from chainscore.api import Scorecard as Scorecard
    from chainscore.api import Sensitivity as Sensitivity
    from chainscore.api import Tables as Tables
    from chainscore.api import check as check
    from chainscore.api import compare as compare
    from chainscore.api import load_rulebook as load_rulebook
    from chainscore.api import read as read
    from chainscore.api import score as score
    from chainscore.api import sensitivity as sensitivity
    from chainscore.api import write_results as write_results

__version__ = "1.0.0"

if not TYPE_CHECKING:  # a type checker is to know the names above and no others

    def __getattr__(name: str) -> object:
        """The names of ``chainscore.api``, all at once; none of them is a room's."""
        if not name.startswith("_") and name != "api":
            from chainscore import api

            globals().update({each: getattr(api, each) for each in api.__all__})
        if name not in globals():
            raise AttributeError(f"module 'chainscore' has no attribute {name!r}")
        return globals()[name]
