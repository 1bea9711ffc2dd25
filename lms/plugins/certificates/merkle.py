"""Merkle trees as RFC 6962 and RFC 9162 hash them: roots, and proofs that anybody can check.

Leaves are given as their hashes (`leaf_hash`), 32 bytes each; all hashes are SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

_LEAF, _NODE = b"\x00", b"\x01"  # so that no leaf can be passed off as a node
_WIDTH = 32
EMPTY_ROOT = sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(_NODE + left + right).digest()


class Tree:
    """An append-only tree that keeps the hash of each complete subtree, so that proofs cost a few hashes.

    Roots and proofs can be asked for any number of first leaves up to `len(tree)`.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        # Level k holds, one after the other, the hashes of the complete subtrees with 2**k leaves.
        self._levels = [bytearray()]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0]) // _WIDTH

    def copy(self) -> Self:
        """A tree that grows on its own."""
        made = type(self)()
        made._levels = [bytearray(level) for level in self._levels]
        return made

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves at the end."""
        self._levels[0] += b"".join(leaves)
        for depth in range(len(self)):
            level = self._levels[depth]
            pairs = len(level) // (2 * _WIDTH)
            if not pairs:
                break
            if depth + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[depth + 1]
            for at in range(len(above) // _WIDTH * 2 * _WIDTH, pairs * 2 * _WIDTH, 2 * _WIDTH):
                above += sha256(_NODE + level[at : at + 2 * _WIDTH]).digest()

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        self._check(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path that leads from leaf `index` to the root of the first `size` leaves."""
        self._check(size)
        if not 0 <= index < size:
            raise ValueError("the leaf is not in a tree of that size")
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, first: int, second: int) -> list[bytes]:
        """What shows that the first `second` leaves begin with the first `first` ones."""
        self._check(second)
        if not 0 < first <= second:
            raise ValueError("the older size must be from 1 to the newer one")
        start, end, path, is_known = 0, second, [], True
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, is_known = middle, False
        if not is_known:  # otherwise it is the older root itself, which whoever asks has
            path.append(self._range(start, end))
        return path[::-1]

    def _check(self, size: int) -> None:
        if not 0 <= size <= len(self):
            raise ValueError("the tree has not so many leaves")

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves from `start` up to but without `end`; `start` is where a subtree begins."""
        count = end - start
        if count & (count - 1) == 0:
            at = start // count * _WIDTH
            return bytes(self._levels[count.bit_length() - 1][at : at + _WIDTH])
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of all `leaves`."""
    return Tree(leaves).root(len(leaves))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The path from leaf `index` to the root of all `leaves`."""
    return Tree(leaves).inclusion(index, len(leaves))


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """What shows that `leaves` begin with the `first` ones."""
    return Tree(leaves).consistency(first, len(leaves))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is at `index` among the `size` leaves of `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `second_root` begins with that of `first_root` (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        node, last = node >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root
