"""Judging claims of users: each in a process that can be ended from outside, answers in the order of the claims."""
