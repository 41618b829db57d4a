"""Who receives: what every service answers to, and each service's own wire."""
