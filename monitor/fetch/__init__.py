"""The only place that speaks HTTP outward: guarded (SSRF), capped (size, time), polite (hosts), and nothing else.

`HttpFetch` keeps the promise of `core.ports.Fetch`, `SignedFetch` keeps it for requests that an account signs. What a
page means is the business of `monitor/sources`.
"""

from monitor.fetch.addresses import shown
from monitor.fetch.client import HttpFetch
from monitor.fetch.guard import Resolver, is_public, system_resolver
from monitor.fetch.network import PatientFetch
from monitor.fetch.options import FetchOptions
from monitor.fetch.session import Account, SignedFetch

__all__ = [
    "Account",
    "FetchOptions",
    "HttpFetch",
    "PatientFetch",
    "Resolver",
    "SignedFetch",
    "is_public",
    "shown",
    "system_resolver",
]
