#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make.py: writes the small files beside it with which the fuzzers begin, TARGET/NAME. What is called good… is read, what is
called bad… is refused, of what is called found… (by a fuzzer, kept by hand) nothing is said but that it ends in an answer."""
import gzip
import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent


def put(target, name, content):
    (HERE / target).mkdir(exist_ok=True)
    (HERE / target / name).write_bytes(content)


def packed(content):
    return gzip.compress(content, mtime=0)


def idx_files():
    images = struct.pack(">BBBBIII", 0, 0, 8, 3, 4, 3, 4) + bytes(range(48))
    colors = struct.pack(">BBBBIIII", 0, 0, 8, 4, 2, 2, 2, 3) + bytes(range(24))
    labels = struct.pack(">BBBBI", 0, 0, 8, 1, 4) + bytes([0, 1, 2, 9])
    for way, content in ((0, images), (1, colors)):
        put("idx", f"good{way}", bytes([way]) + content)
        put("idx", f"good{way}.gz", bytes([way]) + packed(content))
    put("idx", "good_members", b"\0" + packed(images[:20]) + packed(images[20:]))
    put("idx", "bad_short.gz", b"\0" + packed(images)[:-3])
    put("idx", "bad_tail.gz", b"\0" + packed(images) + b"junk")
    put("idx", "bad_claim", b"\0" + images[:4] + struct.pack(">III", 2**32 - 1, 3, 4) + images[16:])
    for way in (2, 3):
        put("idx", f"good{way}", bytes([way, len(labels)]) + labels + images)
        put("idx", f"good{way}.gz", bytes([way, len(packed(labels))]) + packed(labels) + packed(images))
    put("idx", "bad_label", bytes([2, len(labels)]) + labels[:-1] + b"\x0a" + images)
    put("gz", "good", b"\x02some bytes as they are")
    put("gz", "good.gz", b"\x02" + packed(b"some bytes" * 20))
    put("gz", "good_members.gz", b"\x00" + packed(b"some") + packed(b"") + packed(b"bytes"))
    put("gz", "good_zeros.gz", b"\xff" + packed(bytes(100000)))
    put("gz", "bad_sum.gz", b"\x02" + packed(b"some bytes")[:-8] + bytes(8))


def cifar10_files():
    record = bytes([3]) + bytes(3072)
    put("cifar10", "good.gz", b"\1" + packed(record))
    put("cifar10", "good_two.gz", b"\2" + packed(record + record))
    put("cifar10", "good_none", b"\0")
    put("cifar10", "bad_class.gz", b"\1" + packed(b"\x0a" + record[1:]))
    put("cifar10", "bad_long.gz", b"\1" + packed(record + b"\0"))
    put("cifar10", "bad_short", b"\1\3\0\0")


def tensors(header, values):
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + values


def tensor(kind, shape, begin, end):
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def safetensors_files():
    put("safetensors", "good", tensors({"__metadata__": {"format": "pt"}, "x": tensor("F32", [2, 2], 0, 16),
                                        "n": tensor("I64", [], 16, 24), "d": tensor("F64", [1], 24, 32),
                                        "h": tensor("F16", [2], 32, 36)}, bytes(range(36))))
    put("safetensors", "good_empty", tensors({}, b""))
    put("safetensors", "good_no_values", tensors({"\u00e9\"": tensor("F32", [0, 5], 0, 0)}, b""))
    put("safetensors", "bad_overlap", tensors({"x": tensor("F32", [2], 0, 8), "y": tensor("F32", [2], 4, 12)}, bytes(12)))
    put("safetensors", "bad_claim", tensors({"x": tensor("F32", [1 << 60, 1 << 60], 0, 1 << 62)}, bytes(12)))
    put("safetensors", "bad_twice", tensors({"x": tensor("F32", [1], 0, 4)}, bytes(4)).replace(b'"shape"', b'"dtype"'))
    net = {"fc.weight": tensor("F32", [2, 3], 0, 24), "fc.bias": tensor("F32", [2], 24, 32),
           "bn.weight": tensor("F64", [2], 32, 48), "bn.bias": tensor("F32", [2], 48, 56),
           "bn.running_mean": tensor("F32", [2], 56, 64), "bn.running_var": tensor("F32", [2], 64, 72),
           "bn.num_batches_tracked": tensor("I64", [], 72, 80)}
    put("weights", "good", b"\0" + tensors(net, bytes(range(80))))
    put("weights", "good_others", b"\1" + tensors(net | {"more": tensor("F32", [], 80, 84)}, bytes(84)))
    put("weights", "bad_others", b"\0" + tensors(net | {"more": tensor("F32", [], 80, 84)}, bytes(84)))
    put("weights", "bad_shape", b"\0" + tensors(net | {"fc.weight": tensor("F32", [3, 2], 0, 24)}, bytes(80)))


def checkpoint_files():
    texts = {"crc32": "00000000", "contrastive.checkpoint": "3", "step": "3", "rate": "0.5"}
    bare = tensors({"__metadata__": texts, "a": tensor("F32", [2, 2], 0, 16), "b": tensor("I64", [1], 16, 24)}, bytes(24))
    summed = bare.replace(b"00000000", f"{zlib.crc32(bare):08x}".encode(), 1)
    put("checkpoint", "good", b"\0" + summed)
    put("checkpoint", "good_mended", b"\1" + bare)
    put("checkpoint", "bad_sum", b"\0" + bare)
    put("checkpoint", "bad_version", b"\1" + bare.replace(b':"3"', b':"2"'))
    put("checkpoint", "bad_other", b"\1" + tensors({"a": tensor("F32", [], 0, 4)}, bytes(4)))
    for name, at, content in (("good", 0, b""), ("found_header", 40, b"9"), ("found_values", 3000, b"\xff\xff\xff\x7f")):
        put("resume", name, struct.pack(">H", at) + content)


def npy_file(header, values, version=1):
    size = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + size + header.encode() + values


def npy_files():
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n"
    put("npy", "good", npy_file(header % ("<f4", "False", "(2, 3)"), bytes(range(24))))
    put("npy", "good_version2", npy_file(header % ("<f4", "False", "(1, 1)"), bytes(4), 2))
    put("npy", "good_empty", npy_file(header % ("<f4", "False", "(0, 5)"), b"", 3))
    put("npy", "bad_order", npy_file(header % ("<f4", "True", "(2, 3)"), bytes(24)))
    put("npy", "bad_claim", npy_file(header % ("<f4", "False", "(4611686018427387904, 4)"), b""))
    put("npy", "bad_boundless", npy_file(header % ("<f4", "False", "(4611686018427387904, 0)"), b""))


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def picture(width, height, kind, rows):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def png_files():
    for kind, channels in ((0, 1), (2, 3), (6, 4)):
        rows = b"".join(b"\0" + bytes((x * 7 + y) % 256 for x in range(5 * channels)) for y in range(4))
        put("png", f"good{channels}", picture(5, 4, kind, rows))
    put("png", "bad_claim", picture(60000, 60000, 2, b""))
    put("png", "bad_short", picture(5, 4, 2, rows)[:40])


def texts():
    put("header_text", "good", b'{"a": [1, -2.5e3, null], \'b\': (True,)}')
    put("header_text", "good_name", b'abc"\\\n\x01\xff\xc3\xa9')
    put("first_light", "good", b"--device\ncpu\n--epochs\n3\n--seed=18446744073709551615\n--images\n96")
    put("first_light", "good_refused", b"--seed\n-1\n--batch\nmany")
    put("first_light", "found_octal", b"--seed\n010\n--epochs=0x10")
    put("quickstart", "good", b"--data\nfolder\n--epochs\n1\n--threads\n2\n--draws\n5\n--summary\nfile\n--spent\n0.5")
    put("quickstart", "good_refused", b"--epochs\n\n--help")
    put("quickstart", "found_time", b"--spent\nnan")
    put("survey", "good", b"--minutes\n0.5\n--methods\nsimclr,byol\n--seeds=2\n--seed\n0\n--images\n320\n--spent\n1.5")
    put("survey", "good_refused", b"--seed\n-1\n--methods\n,")
    put("survey", "found_time", b"--minutes\nnan\n--spent=0x1p3")


for write in (idx_files, cifar10_files, safetensors_files, checkpoint_files, npy_files, png_files, texts):
    write()
