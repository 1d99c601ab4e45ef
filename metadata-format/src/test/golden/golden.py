#!/usr/bin/env python3
"""Writes the golden records, from docs/on-disk-format.md and nothing of the Java code.

Usage: golden.py DIRECTORY. The files are committed; run this again only for a new format version.
"""
import pathlib
import struct
import sys
import uuid

ZERO = uuid.UUID(int=0)
DOMAIN = uuid.UUID("0d0e0a11-2233-4455-8677-8899aabbccdd")
VOLUME = uuid.UUID("7010f00d-0102-4304-8506-0708090a0b0c")
IMAGE = uuid.UUID("1a6e0000-1111-4222-8333-444455556666")
PARENT = uuid.UUID("9a9e0000-aaaa-4bbb-8ccc-ddddeeeeffff")
JOBS = [uuid.UUID("10b00000-0000-4000-8000-00000000000%d" % i) for i in range(5)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283

FORMATS = {"u8": "<B", "u16": "<H", "u32": "<I", "u64": "<Q", "i64": "<q"}


class Block:
    """Fields in the order they were put, each with its comment."""

    def __init__(self):
        self.data = bytearray(512)
        self.lines = []

    def put(self, offset, kind, value, comment):
        if kind == "uuid":
            raw = bytes.fromhex(value.hex)  # the order of the text
        elif kind == "bytes":
            raw = value
        else:
            raw = struct.pack(FORMATS[kind], value)
        assert not any(self.data[offset:offset + len(raw)])
        self.data[offset:offset + len(raw)] = raw
        shown = value if kind not in ("bytes",) else value.decode()
        self.lines.append("%3d: %-47s # %s %s: %s" % (offset, raw.hex(" "), kind, comment, shown))

    def write(self, path, title):
        self.put(508, "u32", crc32c(self.data[:508]), "crc")
        head = ["# " + title, "# offset: bytes # what. Bytes that are not shown are zero.", ""]
        path.write_text("\n".join(head + self.lines) + "\n")


def superblock():
    b = Block()
    b.put(0, "bytes", b"TENURDOM", "magic")
    b.put(8, "u32", 1, "version")
    b.put(12, "u32", 4096, "sector size")
    b.put(16, "u32", 8 << 20, "lease alignment")
    b.put(20, "u32", 2000, "max volumes")
    b.put(24, "u32", 2, "lease kind SANLOCK")
    b.put(28, "u32", 10, "io timeout seconds")
    b.put(32, "uuid", DOMAIN, "domain")
    b.put(48, "i64", 1767225600123, "created 2026-01-01T00:00:00.123Z")
    b.put(56, "u64", 1, "write sequence")
    return b


def transition(b, index, start, time, job, host, kind, code, name):
    at = 160 + 40 * index
    b.put(at, "u64", start, "transition %d: from generation" % index)
    b.put(at + 8, "i64", time, "  time")
    b.put(at + 16, "uuid", job, "  job")
    b.put(at + 32, "u32", host, "  host id")
    b.put(at + 36, "u8", kind, "  kind " + name)
    b.put(at + 38, "u16", code, "  failure code")


def volume(slot, sequence, parent, capacity, generation, allocation, legality, kind, created,
           version=1):
    b = Block()
    b.put(0, "bytes", b"TENURVOL", "magic")
    b.put(8, "u32", version, "version")
    b.put(12, "u32", slot, "slot index")
    b.put(16, "u64", sequence, "write sequence")
    b.put(24, "uuid", DOMAIN, "domain")
    b.put(40, "uuid", VOLUME, "volume")
    b.put(56, "uuid", IMAGE, "image")
    b.put(72, "uuid", parent, "parent")
    b.put(88, "u64", capacity, "capacity")
    b.put(96, "u64", generation, "generation")
    b.put(104, "u8", 1, "format RAW")
    b.put(105, "u8", *allocation)
    b.put(106, "u8", *legality)
    b.put(107, "u8", *kind)
    b.put(112, "i64", created, "created")
    return b


def strings(b, path, description, reason=""):
    p, d, r = path.encode(), description.encode(), reason.encode()
    if r:
        b.put(108, "u16", len(r), "reason length")
    b.put(296, "u16", len(p), "path length")
    b.put(298, "u16", len(d), "description length")
    b.put(300, "bytes", p, "path")
    if d:
        b.put(300 + len(p), "bytes", d, "description")
    if r:
        b.put(300 + len(p) + len(d), "bytes", r, "reason")


def new_volume():
    b = volume(3, 1, ZERO, 1 << 30, 0, (1, "allocation SPARSE"), (2, "legality ILLEGAL"),
               (1, "location FILE"), 1767225600123)
    strings(b, "images/disk.raw", "")
    return b


def working():
    g = 0x0102030405060708
    b = volume(0x0B0C, 0x1112131415161718, PARENT, 0x0000212223242600, g,
               (1, "allocation SPARSE"), (2, "legality ILLEGAL"), (1, "location FILE"),
               1767225600123)
    b.put(120, "uuid", JOBS[0], "active job")
    b.put(136, "u64", 2000, "  host id")
    b.put(144, "u64", 0x3132333435363738, "  host generation")
    b.put(152, "i64", 1767225700456, "  start")
    transition(b, 0, g, 1767225650001, JOBS[1], 7, 2, 0x5D05, "FAILED")
    transition(b, 1, g - 1, 1767225640002, JOBS[2], 0xFEDCBA98, 3, 0, "FENCED")
    transition(b, 2, g - 2, 1767225630003, JOBS[3], 9, 1, 0, "COMPLETED")
    strings(b, "images/größe.raw", "volume \U0001F4BE of Zoë")
    return b


def removed():
    g = (1 << 63) - 1
    b = volume(1_000_000, g, ZERO, (1 << 63) - 512, g, (2, "allocation PREALLOCATED"),
               (3, "legality REMOVED"), (2, "location DEVICE"), -1)
    transition(b, 0, g - 1, 1767225650001, JOBS[1], 1, 1, 0, "COMPLETED")
    transition(b, 1, g - 2, 1767225640002, JOBS[4], 1, 4, 0, "UPDATED")
    strings(b, "/dev/tenure/" + "v" * 96, "d" * 100)
    return b


def quarantined():
    b = volume(3, 4, ZERO, 1 << 30, 7, (1, "allocation SPARSE"), (2, "legality ILLEGAL"),
               (1, "location FILE"), 1767225600123, version=2)
    transition(b, 0, 7, 1767225650001, JOBS[1], 2000, 2, 137, "FAILED")
    b.put(280, "u64", 0xFEDCBA98, "host id in quarantine")
    b.put(288, "u64", 0x3132333435363738, "  host generation")
    strings(b, "images/disk.raw", "")
    return b


def released():
    b = volume(3, 5, ZERO, 1 << 30, 8, (1, "allocation SPARSE"), (2, "legality ILLEGAL"),
               (1, "location FILE"), 1767225600123, version=2)
    transition(b, 0, 7, 1767225660002, JOBS[2], 3, 5, 0, "RELEASED")
    transition(b, 1, 7, 1767225650001, JOBS[1], 2000, 2, 137, "FAILED")
    strings(b, "images/disk.raw", "of Zoë", "reset, größe 0")
    return b


def fenced():
    b = volume(3, 6, ZERO, 1 << 30, 10, (1, "allocation SPARSE"), (2, "legality ILLEGAL"),
               (1, "location FILE"), 1767225600123, version=3)
    transition(b, 0, 9, 1767225670003, JOBS[4], 5, 3, 0xFFFF, "FENCED")
    transition(b, 1, 8, 1767225660002, JOBS[3], 4, 3, 0, "FENCED")
    transition(b, 2, 7, 1767225650001, JOBS[1], 3, 3, 137, "FENCED")
    b.put(280, "u64", 2000, "host id in quarantine")
    b.put(288, "u64", 1, "  host generation")
    strings(b, "images/disk.raw", "")
    return b


def local_lease():
    b = Block()
    b.put(0, "bytes", b"TENURLCL", "magic")
    b.put(8, "u32", 1, "version")
    b.put(16, "uuid", DOMAIN, "domain")
    b.put(32, "uuid", VOLUME, "resource")
    b.put(48, "u64", 0x0102030405060708, "lease version")
    b.put(56, "u64", 4242, "process id")
    b.put(64, "i64", 1767225600123, "since")
    holder = "copy für Zoë".encode()
    b.put(72, "u16", len(holder), "holder length")
    b.put(74, "bytes", holder, "holder")
    b.put(492, "uuid", uuid.UUID("5c3e9a10-7b42-4d6f-8e21-0f9d3b6a7c55"), "signature")
    return b


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    superblock().write(out / "superblock.hex", "A superblock of 4096-byte sectors and 8 MiB leases.")
    new_volume().write(out / "volume-new.hex", "The first record of a slot: never worked on.")
    working().write(out / "volume-working.hex", "A job at work on a volume with a past.")
    removed().write(out / "volume-removed.hex", "A tombstone, with the largest values there can be.")
    quarantined().write(out / "volume-quarantined.hex",
                        "A volume in quarantine after an interrupted job: version 2.")
    released().write(out / "volume-released.hex",
                     "The same after a person has released it: version 2.")
    fenced().write(out / "volume-fenced.hex",
                   "Fences against jobs of which one was cut off, and one not known: version 3.")
    local_lease().write(out / "local-lease.hex", "A local lease that is, or was, held.")
