"""How the tables came to be what storage.schema says, one dated step after the other."""
