"""Merkle trees: the vectors of Certificate Transparency, and equality with the definition of RFC 6962."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.plugins.certificates import merkle

# The entries and roots that implementations of RFC 6962 test themselves with (certificate-transparency, merkletree).
ENTRIES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
leaves_of = st.integers(1, 70).map(lambda count: [merkle.leaf_hash(bytes([number])) for number in range(count)])


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], *, is_known: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of section 2.1.2."""
    if m == len(leaves):
        return [] if is_known else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], is_known=is_known), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], is_known=False), naive_root(leaves[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_example_of_the_rfc_gives_its_proofs() -> None:
    """RFC 6962, section 2.1.3: seven leaves a b c d e f j with inner nodes g h i k l."""
    leaves = LEAVES[:7]
    a, b, c, d, e, f, j = leaves
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, last = merkle.node_hash(g, h), merkle.node_hash(i, j)
    assert merkle.inclusion_proof(0, leaves) == [b, h, last]
    assert merkle.inclusion_proof(3, leaves) == [c, g, last]
    assert merkle.inclusion_proof(4, leaves) == [f, j, k]
    assert merkle.inclusion_proof(6, leaves) == [i, k]
    assert merkle.consistency_proof(3, leaves) == [c, d, g, last]
    assert merkle.consistency_proof(4, leaves) == [last]
    assert merkle.consistency_proof(6, leaves) == [i, j, k]


@settings(max_examples=60, deadline=None)
@given(leaves=leaves_of, data=st.data())
def test_proofs_are_those_of_the_definition_and_are_accepted(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root = naive_root(leaves), naive_root(leaves[:older])
    assert merkle.root(leaves) == root
    path, proof = merkle.inclusion_proof(index, leaves), merkle.consistency_proof(older, leaves)
    assert path == naive_path(index, leaves)
    assert proof == naive_proof(older, leaves)
    assert merkle.verify_inclusion(leaf=leaves[index], index=index, size=size, proof=path, root=root)
    assert merkle.verify_consistency(first=older, second=size, first_root=old_root, second_root=root, proof=proof)


@settings(max_examples=60, deadline=None)
@given(leaves=leaves_of, data=st.data())
def test_anything_else_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root, other = naive_root(leaves), naive_root(leaves[:older]), merkle.leaf_hash(b"forged")
    path, proof = merkle.inclusion_proof(index, leaves), merkle.consistency_proof(older, leaves)
    leaf = leaves[index]
    refused = [
        merkle.verify_inclusion(leaf=other, index=index, size=size, proof=path, root=root),
        merkle.verify_inclusion(leaf=leaf, index=index, size=size, proof=path, root=other),
        merkle.verify_inclusion(leaf=leaf, index=index, size=size, proof=[*path, other], root=root),
        merkle.verify_inclusion(leaf=leaf, index=size, size=size, proof=path, root=root),
        merkle.verify_consistency(first=older, second=size, first_root=other, second_root=root, proof=proof),
        merkle.verify_consistency(first=older, second=size, first_root=old_root, second_root=other, proof=proof),
        merkle.verify_consistency(
            first=older, second=size, first_root=old_root, second_root=root, proof=[*proof, other]
        ),
        merkle.verify_consistency(first=0, second=size, first_root=old_root, second_root=root, proof=proof),
    ]
    for at in range(len(path)):
        forged = [*path[:at], other, *path[at + 1 :]]
        refused.append(merkle.verify_inclusion(leaf=leaf, index=index, size=size, proof=forged, root=root))
        shorter = [*path[:at], *path[at + 1 :]]
        refused.append(merkle.verify_inclusion(leaf=leaf, index=index, size=size, proof=shorter, root=root))
    for at in range(len(proof)):
        forged = [*proof[:at], other, *proof[at + 1 :]]
        refused.append(
            merkle.verify_consistency(first=older, second=size, first_root=old_root, second_root=root, proof=forged)
        )
    assert not any(refused)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(0, 20), max_size=6))
def test_a_tree_that_grew_in_steps_is_the_tree_made_at_once(steps: list[int]) -> None:
    tree, leaves = merkle.Tree(), list[bytes]()
    for count in steps:
        added = [merkle.leaf_hash(f"{len(leaves) + at}".encode()) for at in range(count)]
        kept, before = tree, len(tree)
        tree = tree.copy()
        tree.extend(added)
        leaves += added
        assert (len(kept), len(tree)) == (before, len(leaves))
        assert [tree.root(size) for size in range(len(leaves) + 1)] == [
            naive_root(leaves[:size]) for size in range(len(leaves) + 1)
        ]


def test_what_the_tree_does_not_have_is_refused() -> None:
    tree = merkle.Tree(LEAVES)
    for ask in (
        lambda: tree.root(9),
        lambda: tree.inclusion(8, 8),
        lambda: tree.inclusion(-1, 8),
        lambda: tree.consistency(0, 8),
        lambda: tree.consistency(5, 4),
        lambda: tree.consistency(5, 9),
    ):
        with pytest.raises(ValueError, match=r"tree|size"):
            ask()
