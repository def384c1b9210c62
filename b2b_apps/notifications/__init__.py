"""What buyers are told of their orders: in the centre and by mail, as each has chosen."""
