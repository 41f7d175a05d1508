"""What a person sees of results."""
