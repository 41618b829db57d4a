"""Runs and shards have names that come out the same every time, and only then."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.model import Address, Kind
from bulkimport.shards.identity import (
    child_name,
    endpoint_identity,
    run_key,
    run_name,
    shard_name,
    successor_name,
)

HERE = Address("labelbox", "project")
ENDPOINT = "https://api.labelbox.com/graphql"


def key(
    sources: tuple[str, ...] = ("/a", "/b"),
    *,
    destination: Address = HERE,
    endpoint: str = ENDPOINT,
    kind: Kind = Kind.LABELS,
    **options: str,
) -> str:
    """The key of a run that is this one unless something is said."""
    given = {"uuids": "fill", "rows": "100"} | options
    return run_key(sources, destination=destination, endpoint=endpoint, kind=kind, options=given)


def test_every_part_of_a_run_makes_its_key() -> None:
    """Sources in their order, destination, kind, options; each makes another run."""
    keys = [
        key(),
        key(("/b", "/a")),
        key(("/a",)),
        key(("/a", "/b", "/c")),
        key(destination=Address("labelbox", "other")),
        key(endpoint="https://other/graphql"),
        key(kind=Kind.PRELABELS),
        key(uuids="keep"),
        key(more="1"),
    ]

    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in keys)


def test_the_order_of_options_does_not_matter() -> None:
    """They are a mapping."""
    options = {"b": "2", "a": "1"}
    found = {
        run_key(["/a"], destination=HERE, endpoint="e", kind=Kind.LABELS, options=dict(order))
        for order in itertools.permutations(options.items())
    }

    assert len(found) == 1


def test_keys_do_not_change_between_versions() -> None:
    """A run that was begun by an earlier version is found by a later one."""
    assert key() == "d583e3e1a61f578c"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://127.0.0.1:8000/graphql", "http://127.0.0.1:9000/graphql", True),
        ("http://127.0.0.1:8000/graphql", "http://localhost/graphql", True),
        ("http://[::1]:1/graphql", "http://localhost/graphql", True),
        ("http://127.0.0.1/graphql", "http://127.0.0.1/_gql", False),
        ("https://host:8000/graphql", "https://host:9000/graphql", False),
        ("https://host/graphql", "http://host/graphql", True),
        ("https://Host/graphql", "https://host/graphql", True),
        ("https://host/a", "https://host/b", False),
        ("https://one/a", "https://two/a", False),
    ],
)
def test_the_place_of_an_endpoint(one: str, other: str, *, same: bool) -> None:
    """A sandbox that is started again has another port and is the same place."""
    assert (endpoint_identity(one) == endpoint_identity(other)) is same


@given(st.text(max_size=80), st.integers(1, 99))
def test_a_run_s_folder_has_a_name_that_every_disk_takes(place: str, generation: int) -> None:
    """Whatever the project is called."""
    name = run_name(
        kind=Kind.LABELS,
        destination=Address("labelbox", place),
        key="0123456789abcdef",
        generation=generation,
    )

    assert re.fullmatch(r"labels-[A-Za-z0-9_.-]{0,40}-0123456789abcdef(-[0-9]+)?", name)
    assert name.endswith("abcdef") == (generation == 1)


def test_a_shard_is_named_by_run_place_and_content() -> None:
    """Each of them makes another name; no two shards of all runs share one."""
    made = [
        shard_name(key=run, generation=generation, number=number, digest=digest * 32)
        for run in ("k", "l")
        for generation in (1, 2)
        for number in (0, 1, 99_999, 100_000)
        for digest in "ab"
    ]

    assert made[0] == "bulkimport-k-g1-00000-aaaaaaaaaaaa"
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in made)


def test_parts_and_successors_have_names_of_their_own() -> None:
    """However deep: parts of parts, their successors, and the parts of those."""
    whole = shard_name(key="k", generation=1, number=7, digest="a" * 32)
    made = [whole]
    for depth in range(3):
        parents = [name for name in made if name.count(".") == depth]
        for name in parents:
            second = successor_name(name, successor=2)
            third = successor_name(second, successor=3)
            made += [second, third]
            assert (second, third) == (f"{name}-2", f"{name}-3")
            for one in (name, second, third):
                made += [child_name(one, part=0), child_name(one, part=1)]

    assert len(set(made)) == len(made)
