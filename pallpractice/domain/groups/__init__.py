"""Groups for a whole course: their rules and wishes, how many there are to be, and whom a group mixes."""
