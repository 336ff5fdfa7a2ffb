"""The window. Only this package and app.py know Qt."""
