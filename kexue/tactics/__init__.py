"""Proof methods: each searches with any tool and returns a certificate, or nothing."""
