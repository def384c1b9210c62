"""The demo does not start beside what has its port."""

import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from b2b_apps.sync1c.management.commands import demo


def test_a_taken_port_is_said_before_anything_is_started():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            call_command("demo", port=port)

    assert not demo.is_taken(demo.free_port())
