"""What comes in from files, pipes and peers, one module per format."""
