"""Read-only questions to recorders (DVR, NVR) about their inputs."""
