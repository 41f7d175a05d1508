"""The accuracy board: how many ulps off each library's derivative of each elementwise function is, over its domain."""
