"""Source and export formats: a stream in, the model out, and back."""
