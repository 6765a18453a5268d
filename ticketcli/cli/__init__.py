"""The face: Click commands that collect options and call one use case each."""
