"""The pure heart: values, events and decisions. No clock, no file, no environment; `now` is an argument."""
