"""How many examples property tests try, and that no time is asked of one.

``--hypothesis-profile=nightly`` tries 50 times as many wherever a test does not set its own number; the tests over
nested bodies come to 100,000.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None)
settings.register_profile("nightly", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
