"""Reading the files people bring: what a slicer says of its G-code, checked as any stranger's input is."""
