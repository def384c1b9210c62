"""DaData: addresses as somebody types them."""
