"""exporters.http"""
