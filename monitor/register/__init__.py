"""monitor.register"""
