"""What is particular to 3D printers: when a job began, and when and how it ended."""
