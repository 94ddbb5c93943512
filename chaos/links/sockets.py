"""Sockets as a link needs them: on 127.0.0.1, never blocking, and sending at once."""

import socket
import struct

HOST = "127.0.0.1"
BACKLOG = 1024
_NO_LINGER = struct.pack("ii", 1, 0)


def bind(port: int) -> socket.socket:
    """A socket bound to the port, or to a free one for 0. Others of this user may be bound to it beside."""
    bound = prompt(socket.socket())
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((HOST, port))
    return bound


def listen(port: int) -> socket.socket:
    listener = bind(port)
    listener.listen(BACKLOG)
    return listener


def connect(port: int) -> socket.socket:
    """A socket that is connected, or has failed to, when it can be written to."""
    connecting = prompt(socket.socket())
    connecting.connect_ex((HOST, port))
    return connecting


def has_failed(connected: socket.socket) -> bool:
    return bool(connected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def prompt(connection: socket.socket) -> socket.socket:
    """The same socket, without blocking and without waiting for more to send."""
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def reset(connection: socket.socket) -> None:
    """Close, and tell the other side that the connection broke."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    connection.close()
