#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A share of the tests in crash.py."""
from hob import main_share

main_share(__file__)
