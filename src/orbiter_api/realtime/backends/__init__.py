"""How events reach the other processes of one installation."""
