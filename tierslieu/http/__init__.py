"""What all pages and calls share: sessions, guards, forms, rendering, errors, words."""
