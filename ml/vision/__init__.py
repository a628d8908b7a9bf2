"""What is done with a photo: reading it, naming what is on it, finding and telling apart faces, drawing."""
