"""Sign-in through an OpenID provider: any one issuer, found by discovery."""
