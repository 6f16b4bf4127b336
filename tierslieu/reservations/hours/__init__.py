"""Opening hours as staff set them: weeks, dated hours and closures, seen before they hold, with whom they displace."""
