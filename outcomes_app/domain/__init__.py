"""What is true: clinical values and the rules they obey. No Qt, SQL, drawing or files in here."""
