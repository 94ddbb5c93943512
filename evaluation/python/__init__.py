"""Python: mutations that break a contract, and twins that do not. Another language is a package beside this one."""
