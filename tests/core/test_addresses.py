"""X-Forwarded-For is believed as far as trusted proxies reach, and no further."""

import pytest
from django.test import RequestFactory

from b2b_apps.core import addresses
from b2b_apps.core.addresses import address_group, client_address


@pytest.mark.parametrize(
    ("trusted", "remote", "told", "client"),
    [
        # Nobody is trusted: the header is what anybody claims.
        ([], "198.51.100.7", "10.0.0.1", "198.51.100.7"),
        ([], "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        # A proxy on this machine.
        (["127.0.0.1"], "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
        # Who comes past the proxy is not believed.
        (["127.0.0.1"], "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        # What the client wrote before the proxy added him does not count.
        (["127.0.0.1"], "127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        # Two proxies, one behind the other.
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "203.0.113.9, 10.2.3.4", "203.0.113.9"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "9.9.9.9,203.0.113.9 , 10.2.3.4", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # Nonsense ends the walk at the last address that was good.
        (["127.0.0.1"], "127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "', 1=1 --", "127.0.0.1"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "x, 10.2.3.4", "10.2.3.4"),
        # Ports, IPv6, IPv4 in IPv6.
        (["127.0.0.1"], "127.0.0.1", "203.0.113.9:51234", "203.0.113.9"),
        (["::1"], "::1", "[2001:db8::7]:443", "2001:db8::7"),
        (["127.0.0.1"], "::ffff:127.0.0.1", "2001:DB8::7", "2001:db8::7"),
        ([], "::ffff:198.51.100.7", "", "198.51.100.7"),
        ([], "", "203.0.113.9", ""),
    ],
)
def test_the_client_is_who_the_last_trusted_proxy_saw(settings, trusted, remote, told, client):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=told)

    assert client_address(request) == client


def test_a_proxy_that_is_not_trusted_is_told_of_once(settings, caplog):
    settings.TRUSTED_PROXIES = []
    addresses._warn_once.cache_clear()
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1")

    for _time in range(3):
        client_address(request)

    assert [record.args for record in caplog.records] == [("127.0.0.1",)]


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::8", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_client_of_ipv6_is_his_network(address, group):
    assert address_group(address) == group
