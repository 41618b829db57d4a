"""Each number once, in order."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.shards.distinct import distinct


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3)))
def test_the_different_ones_are_those_of_numpy(numbers: list[int]) -> None:
    """Of no number too."""
    values = np.array(numbers, np.uint64)

    assert distinct(values).tolist() == np.unique(values).tolist()


def test_nothing_is_loaded_for_it() -> None:
    """That is why it is there."""
    code = (
        "import sys, numpy as np; from bulkimport.shards.distinct import distinct;"
        "distinct(np.arange(3)); sys.exit('numpy.ma' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
