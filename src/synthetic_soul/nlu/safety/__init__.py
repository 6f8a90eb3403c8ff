"""Crisis detection and referral to help."""
